import type { Instance } from '../model/rebuild.ts';
import type { Committed, EngineView, Observation, SetView } from '../ports/ports.ts';

/** What is seen of the instance of a lost rebuild. */
export interface AdoptionFacts {
  readonly farmers: Observation<SetView>;
  readonly synchronizer: Observation<SetView>;
  readonly engine: Observation<EngineView>;
  /** What the branch says, where the cluster is changed by commits. */
  readonly branch?: Observation<Committed | undefined>;
}

/** What is there, a sentence each. Plain text. */
export const foundWords = (instance: Instance, facts: AdoptionFacts): readonly string[] => {
  const where = `${instance.cluster}/${instance.namespace}`;
  return [
    setWords(instance.synchronizerSet, where, facts.synchronizer),
    setWords(instance.farmerSet, where, facts.farmers),
    engineWords(facts.engine),
    ...branchWords(instance, facts.branch),
  ];
};

const setWords = (set: string, where: string, seen: Observation<SetView>): string =>
  seen.ok
    ? `${set} in ${where}: ${seen.value.wanted} wanted, ${seen.value.ready} ready.`
    : `${set} in ${where} cannot be looked at: ${seen.error}.`;

/** What the engine does, as a sentence. */
const engineWords = (seen: Observation<EngineView>): string => {
  if (!seen.ok) return `The engine does not answer: ${seen.error}.`;
  const { history, rebuild, write, guardian } = seen.value;
  const runs = [
    ...(rebuild.state === 'none' ? [] : [`rebuild ${rebuild.state}, ${Math.floor(rebuild.percent)} %`]),
    ...(write.state === 'none' ? [] : [`write ${write.state}, ${Math.floor(write.percent)} %`]),
  ];
  if (runs.length > 0) return `The engine: ${runs.join('; ')}.`;
  if (history.state !== 'none') return `The engine: history update ${history.state}, no rebuild ordered.`;
  return `The engine: nothing runs${guardian ? ', the guardian keeps its dataset' : ''}.`;
};

const branchWords = ({ gitops, way }: Instance, branch: AdoptionFacts['branch']): readonly string[] => {
  if (way !== 'gitops' || !gitops || !branch) return [];
  if (!branch.ok) return [`${gitops.file} cannot be looked at: ${branch.error}.`];
  const { value } = branch;
  if (!value) return [];
  const number = (n: number | undefined): string => (n === undefined ? 'no number' : String(n));
  return [
    `${gitops.file} says ${number(value.synchronizer)} for the synchronizer and ${number(value.farmers)} for the farmers; last commit ${value.commit}.`,
  ];
};
