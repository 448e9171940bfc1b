import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { type EditPreview, type JsonObject, ReplayPlanner, checkPatch, parseLetterId } from '#dead-letters';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { Refusal } from '../http/refusal.js';

interface Edit {
  id: string;
  patch: JsonObject;
}

/** What a correction would change in one letter, and what intake would say of the result. Nothing is kept. */
@Controller('api/edit')
export class EditController {
  constructor(private readonly planner: ReplayPlanner) {}

  @Post('preview')
  @HttpCode(HttpStatus.OK)
  async preview(@Body(new ReadPipe(readEdit)) { id, patch }: Edit): Promise<EditPreview> {
    const { partition, offset } = parseLetterId(id);
    const preview = await this.planner.previewEdit(partition, offset, patch);
    if (preview === null) throw new Refusal('NOT_FOUND', `there is no dead letter ${id}`);
    return preview;
  }
}

function readEdit(body: unknown): Edit {
  const given = Given.read('the body', body, ['id', 'patch']);
  const [id, patch] = [given.text('id'), given.object('patch')];
  if (id === undefined || patch === undefined) throw new Refusal('USAGE', 'the body must have id and patch');
  return { id, patch: checkPatch(patch) };
}
