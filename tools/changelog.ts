/** The changelog cannot become that of a release; the message says why. */
export class NoRelease extends Error {
  override readonly name = 'NoRelease';
}

const UNRELEASED = '## [Unreleased]\n';

/**
 * Gives what is unreleased a version and a date, and begins an empty section above it.
 * @param date `2026-11-28`
 * @returns the new changelog, and the section's text for the release's page
 * @throws NoRelease
 */
export function releaseChangelog(changelog: string, version: string, date: string) {
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new NoRelease(`the version must be three numbers such as 1.4.0, got ${JSON.stringify(version)}`);
  }
  if (changelog.includes(`\n## [${version}]`)) throw new NoRelease(`CHANGELOG.md has a section ${version} already`);
  const [before = '', after] = changelog.split(UNRELEASED);
  if (after === undefined) throw new NoRelease('CHANGELOG.md has no section [Unreleased]');
  const end = after.search(/^## \[/m);
  const notes = (end === -1 ? after : after.slice(0, end)).trim();
  if (notes === '') throw new NoRelease('CHANGELOG.md has nothing under [Unreleased]: there is nothing to release');
  return { changelog: `${before}${UNRELEASED}\n## [${version}] - ${date}\n${after}`, notes: `${notes}\n` };
}
