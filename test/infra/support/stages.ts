import { type StageSettings, settingsOf } from '../../../infra/stages.ts';
import { RELEASED_STAGES } from '../../support/released-stages.ts';

type Name = keyof typeof RELEASED_STAGES | 'local';

/** The settings of every stage that a release has. */
export const stages = Object.fromEntries(
  [...Object.keys(RELEASED_STAGES), 'local'].map((name) => [name, settingsOf(name)]),
) as Readonly<Record<Name, StageSettings>>;
