import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { InvitesService } from '#domain/namespaces';
import { RequireScope } from '../../../http/access/access.decorator.js';
import { Caller } from '../../../http/access/caller.decorator.js';
import { PublicUrl } from '../../../http/public-url.js';
import { namespaceUrl } from '../namespaces/namespace.presenter.js';
import { joined, type NamespaceParams } from '../namespaces/namespaces.controller.js';
import { readId } from '../native.ids.js';
import { presentAcceptedInvite, presentCollaborator, presentInvite } from './invite.presenter.js';
import { CreateInviteDto } from './invites.dto.js';
import {
  ApiAcceptInvite,
  ApiDeleteInvite,
  ApiInvite,
  ApiListCollaborators,
  ApiListInvites,
  ApiListReceivedInvites,
  ApiRemoveCollaborator,
} from './invites.openapi.js';

@Controller()
export class InvitesController {
  constructor(
    private readonly invites: InvitesService,
    private readonly url: PublicUrl,
  ) {}

  @Get('invites')
  @RequireScope('invite:read')
  @ApiListReceivedInvites()
  async listReceived(@Caller() caller: AuthenticatedPrincipal): Promise<object[]> {
    return (await this.invites.listReceived(caller)).map((invite) => presentInvite(invite, this.url.base));
  }

  @Patch('invites/:id')
  @RequireScope('invite:write')
  @ApiAcceptInvite()
  async accept(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<object> {
    return presentAcceptedInvite(await this.invites.accept(caller, readId(id)), this.url.base);
  }

  @Delete('invites/:id')
  @RequireScope('invite:delete')
  @HttpCode(204)
  @ApiDeleteInvite()
  async delete(@Caller() caller: AuthenticatedPrincipal, @Param('id') id: string): Promise<void> {
    await this.invites.delete(caller, readId(id));
  }

  @Get('n/:owner/*path/-/invites')
  @RequireScope('invite:read')
  @ApiListInvites()
  async list(@Caller() caller: Principal, @Param() { owner, path }: NamespaceParams): Promise<object[]> {
    const invites = await this.invites.listOfTree(caller, owner, joined(path));
    return invites.map((invite) => presentInvite(invite, this.url.base));
  }

  @Post('n/:owner/*path/-/invites')
  @RequireScope('invite:write')
  @ApiInvite()
  async invite(
    @Caller() caller: AuthenticatedPrincipal,
    @Param() { owner, path }: NamespaceParams,
    @Body() body: CreateInviteDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const invite = await this.invites.invite(caller, owner, joined(path), body);
    response.location(`${this.url.base}/invites/${invite.id}`);
    return presentInvite(invite, this.url.base);
  }

  @Get('n/:owner/*path/-/collaborators')
  @RequireScope('namespace:read')
  @ApiListCollaborators()
  async listCollaborators(@Caller() caller: Principal, @Param() { owner, path }: NamespaceParams): Promise<object[]> {
    const collaborators = await this.invites.listCollaborators(caller, owner, joined(path));
    const namespace = namespaceUrl(this.url.base, owner, joined(path));
    return collaborators.map((collaborator) => presentCollaborator(collaborator, namespace));
  }

  @Delete('n/:owner/*path/-/collaborators/:handle')
  @RequireScope('namespace:delete')
  @HttpCode(204)
  @ApiRemoveCollaborator()
  async removeCollaborator(
    @Caller() caller: Principal,
    @Param() { owner, path }: NamespaceParams,
    @Param('handle') handle: string,
  ): Promise<void> {
    await this.invites.removeCollaborator(caller, owner, joined(path), handle);
  }
}
