import type { CustomDeployment, DeploymentField, DeploymentProblem } from '../backend/types';
import { errorText } from '../errors';

/** The fields that are shown on demand only. */
const MORE: ReadonlySet<DeploymentField> = new Set(['certifier', 'sshHosts', 'ports']);

/** What a person types about a platform that is none of the known ones. */
export class CustomPlatform {
  name = $state('');
  api = $state('');
  auth = $state('');
  clientId = $state('');
  certifier = $state('');
  sshHosts = $state('');
  ports = $state<'any' | 'range'>('any');
  firstPort = $state('5000');
  lastPort = $state('5010');
  naming = $state<'none' | 'empty'>('none');
  /** The fields on demand are shown. */
  more = $state(false);
  problems = $state.raw<readonly DeploymentProblem[]>([]);

  /** As it is given to the backend. */
  get deployment(): CustomDeployment {
    const clientId = this.clientId.trim();
    return {
      name: this.name.trim(),
      api: this.api.trim(),
      auth: this.auth.trim(),
      clientId,
      certifier: this.certifier.trim(),
      sshHosts: this.sshHosts.trim(),
      ports: this.ports === 'range' ? { first: this.firstPort.trim(), last: this.lastPort.trim() } : null,
      // A client that registered itself is public.
      emptySecret: clientId !== '' && this.naming === 'empty',
    };
  }

  /** What is wrong with a field, as a person reads it. */
  wrong(field: DeploymentField): string | null {
    const found = this.problems.find((each) => each.field === field);
    return found ? errorText(found.error) : null;
  }

  /** Shows what is wrong, and where. The answer is the field to begin with. */
  show(problems: readonly DeploymentProblem[]): DeploymentField | null {
    this.problems = problems;
    if (problems.some(({ field }) => MORE.has(field))) this.more = true;
    return problems[0]?.field ?? null;
  }
}
