import { IsOptional, IsString, ValidateIf } from 'class-validator';

export class CreateNamespaceDto {
  @IsString()
  name: string;

  @IsOptional()
  @IsString()
  parent?: string;

  @IsOptional()
  @IsString()
  description?: string;

  @IsOptional()
  @IsString()
  visibility?: string;
}

export class UpdateNamespaceDto {
  /** Taken and ignored, as the contract's 2.2 has it: a namespace keeps its name. */
  @IsOptional()
  @IsString()
  name?: string;

  @ValidateIf((dto: UpdateNamespaceDto) => dto.description !== undefined)
  @IsString()
  description?: string;

  @ValidateIf((dto: UpdateNamespaceDto) => dto.visibility !== undefined)
  @IsString()
  visibility?: string;
}
