import { IsOptional, IsString, ValidateIf } from 'class-validator';

const given =
  (name: keyof CreateNamespaceDto) =>
  (dto: CreateNamespaceDto): boolean =>
    dto[name] !== undefined;

export class CreateNamespaceDto {
  @IsString()
  name: string;

  @ValidateIf(given('parent'))
  @IsString()
  parent?: string;

  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;
}

export class UpdateNamespaceDto {
  /** Taken and ignored, as the contract's 2.2 has it: a namespace keeps its name. */
  @IsOptional()
  @IsString()
  name?: string;

  @ValidateIf(given('description'))
  @IsString()
  description?: string;

  @ValidateIf(given('visibility'))
  @IsString()
  visibility?: string;
}
