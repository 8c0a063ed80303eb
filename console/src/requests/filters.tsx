import { Button } from '../parts/button.tsx';
import { ChoiceFilter, TextFilter } from '../parts/inputs/filter-inputs.tsx';
import type { Route } from '../routing/route.ts';
import { goTo } from '../routing/use-route.ts';
import { useSignedIn } from '../service/context.ts';
import { REQUEST_LIVES } from '../states.ts';
import { texts } from '../texts.ts';
import { SOURCES } from './filter-values.ts';

export interface FiltersProps extends Pick<Route, 'query'> {
  readonly isFiltered: boolean;
}

/** Each filter takes effect when it is left, or with Enter. */
export function Filters({ query, isFiltered }: FiltersProps) {
  const { isOperator } = useSignedIn();
  const { requests, states, sources } = texts;
  return (
    <form class="filters" aria-label={requests.filters} onSubmit={(event) => event.preventDefault()}>
      <ChoiceFilter
        name="state"
        label={requests.state}
        value={query.state}
        choices={REQUEST_LIVES.map((value) => [value, states[value]])}
      />
      <ChoiceFilter
        name="source"
        label={requests.source}
        value={query.source}
        choices={SOURCES.map((value) => [value, sources[value]])}
      />
      <ChoiceFilter name="code" label={requests.code} value={query.code} choices={Object.entries(texts.codes)} />
      <TextFilter name="image" label={requests.image} value={query.image} placeholder={requests.imageHelp} />
      <TextFilter name="since" label={requests.since} value={query.since} type="date" />
      {isOperator && <TextFilter name="partner" label={requests.partner} value={query.partner} />}
      {isFiltered && (
        <Button kind="quiet" onClick={() => goTo(['requests'])}>
          {requests.clear}
        </Button>
      )}
    </form>
  );
}
