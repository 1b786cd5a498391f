import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { type Limits, QuotasService, type SubjectName } from '#domain/quotas';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { Listing, Lists } from '../native.listing.js';
import { presentQuota, presentUsage } from './quota.presenter.js';
import { PutQuotaDto } from './quotas.dto.js';
import { ApiDeleteQuota, ApiListQuotas, ApiListUsage, ApiPutQuota, ApiShowQuota } from './quotas.openapi.js';

@Controller()
export class QuotasController {
  constructor(private readonly quotas: QuotasService) {}

  @Get('quotas')
  @RequireScope('quota:read')
  @ApiListQuotas()
  async list(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.quotas.list(caller, listing.slice);
    return listing.answer(found, presentQuota);
  }

  @Get('usage')
  @RequireScope('quota:read')
  @ApiListUsage()
  async listUsage(@Caller() caller: AuthenticatedPrincipal, @Lists() listing: Listing): Promise<object[]> {
    const found = await this.quotas.listUsage(caller, listing.slice);
    return listing.answer(found, presentUsage);
  }

  @Get('quotas/accounts/:account')
  @RequireScope('quota:read')
  @ApiShowQuota('account')
  async showOfAccount(@Caller() caller: AuthenticatedPrincipal, @Param() params: AccountParams): Promise<object> {
    return presentQuota(await this.quotas.get(caller, account(params)));
  }

  @Put('quotas/accounts/:account')
  @RequireScope('quota:write')
  @ApiPutQuota('account')
  async putOfAccount(
    @Caller() caller: AuthenticatedPrincipal,
    @Param() params: AccountParams,
    @Body() body: PutQuotaDto,
  ): Promise<object> {
    return presentQuota(await this.quotas.put(caller, account(params), limits(body)));
  }

  @Delete('quotas/accounts/:account')
  @RequireScope('quota:delete')
  @HttpCode(204)
  @ApiDeleteQuota('account')
  async deleteOfAccount(@Caller() caller: AuthenticatedPrincipal, @Param() params: AccountParams): Promise<void> {
    await this.quotas.delete(caller, account(params));
  }

  @Get('quotas/namespaces/:owner/:root')
  @RequireScope('quota:read')
  @ApiShowQuota('namespace')
  async showOfNamespace(@Caller() caller: AuthenticatedPrincipal, @Param() params: RootParams): Promise<object> {
    return presentQuota(await this.quotas.get(caller, namespace(params)));
  }

  @Put('quotas/namespaces/:owner/:root')
  @RequireScope('quota:write')
  @ApiPutQuota('namespace')
  async putOfNamespace(
    @Caller() caller: AuthenticatedPrincipal,
    @Param() params: RootParams,
    @Body() body: PutQuotaDto,
  ): Promise<object> {
    return presentQuota(await this.quotas.put(caller, namespace(params), limits(body)));
  }

  @Delete('quotas/namespaces/:owner/:root')
  @RequireScope('quota:delete')
  @HttpCode(204)
  @ApiDeleteQuota('namespace')
  async deleteOfNamespace(@Caller() caller: AuthenticatedPrincipal, @Param() params: RootParams): Promise<void> {
    await this.quotas.delete(caller, namespace(params));
  }
}

interface AccountParams {
  readonly account: string;
}

interface RootParams {
  readonly owner: string;
  readonly root: string;
}

const account = ({ account: name }: AccountParams): SubjectName => ({ type: 'account', name });

const namespace = ({ owner, root }: RootParams): SubjectName => ({ type: 'namespace', owner, name: root });

function limits({ limit_bytes, limit_images }: PutQuotaDto): Limits {
  return { limitBytes: limit_bytes ?? null, limitImages: limit_images ?? null };
}
