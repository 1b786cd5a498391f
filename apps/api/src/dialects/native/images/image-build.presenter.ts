import type { Build } from '#domain/builds';
import type { ImageBuildAnswer } from './image-build.schema.js';

/** What an image was built of, in the words in which it was asked for. */
export function presentBuild(imageId: number, { dockerfile, context, options, provenance }: Build): ImageBuildAnswer {
  return {
    image_id: imageId,
    dockerfile,
    context: context && { sha256: context.sha256, size: context.sizeBytes },
    options: presentOptions(options),
    bases: provenance?.bases ?? null,
    builder: provenance?.builder ?? null,
  };
}

function presentOptions({ disk, args, target, bootTest }: Build['options']): ImageBuildAnswer['options'] {
  return {
    disk: withWireNames(disk),
    args,
    ...(target !== undefined && { target }),
    ...(bootTest !== undefined && { boot_test: typeof bootTest === 'boolean' ? bootTest : withWireNames(bootTest) }),
  };
}

/** `sizeBytes` is `size_bytes` outside. */
function withWireNames(options: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
