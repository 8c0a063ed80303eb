// npm run synth: every stage that is deployed, as the CLI would synthesise it, without the CLI.
import { relative } from 'node:path';
import { sentenceOfAny, withUserErrors } from './user-error.ts';

await withUserErrors(sentenceOfAny('InconsistentStages', 'UnreadableContext'), async () => {
  const [option] = process.argv.slice(2);
  if (option === '--help') {
    console.log('npm run synth\n\n  Writes the templates of every deployed stage into cdk.out/. It takes no options.');
    return 0;
  }
  if (option !== undefined) {
    console.error(`npm run synth takes no options, got ${option}`);
    return 2;
  }
  const { synthesise } = await import('./synthesise.ts');
  const assembly = await synthesise();
  for (const { hierarchicalId, template, templateFullPath } of assembly.stacksRecursively) {
    const resources = Object.keys(template.Resources).length;
    console.log(`${hierarchicalId}: ${resources} resources, ${relative(process.cwd(), templateFullPath)}`);
  }
  return 0;
});
