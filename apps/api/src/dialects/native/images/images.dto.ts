import { IsBoolean, IsObject, IsOptional, IsString, ValidateIf } from 'class-validator';

const given =
  (name: keyof UpdateImageDto) =>
  (dto: UpdateImageDto): boolean =>
    dto[name] !== undefined;

export class UpdateImageDto {
  @ValidateIf(given('name'))
  @IsString()
  name?: string;

  @ValidateIf(given('tag'))
  @IsString()
  tag?: string;

  /** Null takes the image out of its namespace. */
  @IsOptional()
  @IsString()
  namespace?: string | null;

  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ValidateIf(given('labels'))
  @IsObject()
  labels?: Record<string, string>;

  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;

  @ValidateIf(given('protected'))
  @IsBoolean()
  protected?: boolean;
}
