import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsString } from 'class-validator';

@ApiSchema({ name: 'Transfer', description: 'Who is to own it' })
export class TransferDto {
  @ApiProperty({
    description: 'A user or a team: oneself, a team one is in, or for operators anybody',
    example: 'platform',
  })
  @IsString()
  to: string;
}
