/** The worker `NAME.worker` beside a module, with its ending: `.js` in a build, `.ts` where the source runs as it is. */
export function workerBeside(moduleUrl: string, name: string): URL {
  return new URL(`./${name}.worker${moduleUrl.slice(moduleUrl.lastIndexOf('.'))}`, moduleUrl);
}
