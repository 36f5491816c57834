import type { Instance } from '../../model/parts/instance.ts';
import type { AdoptionFacts, EngineView, Observation, SetView } from '../../ports/ports.ts';

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

/** What a person does where farmhand cannot go on: everything down, by hand. */
export const scaleByHand = (instance: Instance): string => {
  const { farmerSet, synchronizerSet, cluster, namespace, gitops, way } = instance;
  if (way === 'gitops' && gitops) {
    const numbers = [gitops.farmersPath, gitops.synchronizerPath].map((path) => path.join('.')).join(' and ');
    return `To end it by hand: set ${numbers} in ${gitops.file} to 0 and commit that; Argo CD (${gitops.application}) does the rest.`;
  }
  return `To end it by hand: kubectl --context ${cluster} -n ${namespace} scale statefulset ${farmerSet} ${synchronizerSet} --replicas=0`;
};
