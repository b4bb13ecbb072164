import type { CommandError, DeploymentChoice, DeploymentField, DeploymentProblem } from '../types';
import { error } from './faults';

/** Host names, and patterns whose last two labels are names. */
function isHostPattern(text: string): boolean {
  const names = text.split('.').slice(-2).filter((label) => label !== '' && !/[*?]/.test(label));
  return /^[A-Za-z0-9._:*?-]{1,253}$/.test(text) && (!/[*?]/.test(text) || names.length === 2);
}

function address(which: string, text: string): CommandError | null {
  if (!URL.canParse(text)) return error('address_invalid', `the ${which} address is not a web address`, 'write it like https://api.example.com');
  const url = new URL(text);
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'http:' && !loopback) {
    return error('deployment_not_encrypted', `${url.hostname} would be asked without encryption`, 'use an https address; plain http is for this computer only');
  }
  return null;
}

function ports(first: string, last: string): CommandError | null {
  const [from, to] = [Number(first), Number(last)];
  const good = [from, to].every((port) => Number.isInteger(port) && port > 0 && port < 65_536) && from <= to;
  return good ? null : error('deployment_ports', `ports ${first} to ${last} are not a range`, 'give the lower port first, from 1 to 65535');
}

/** What is wrong with a platform, in the order of its fields. */
export function problemsOf(choice: DeploymentChoice): DeploymentProblem[] {
  if (choice.preset !== 'custom') return [];
  const odd = choice.sshHosts.split(/[\s,]+/).find((host) => host !== '' && !isHostPattern(host));
  const found: Array<[DeploymentField, CommandError | null]> = [
    ['name', choice.name === '' ? error('name_missing', 'the platform has no name', 'give it one, to tell it from others') : null],
    ['api', address('API', choice.api)],
    ['auth', address('sign-in', choice.auth)],
    ['certifier', choice.certifier === '' ? null : address('certifier', choice.certifier)],
    ['sshHosts', odd === undefined ? null : error('ssh_host_pattern', `"${odd}" is no pattern of host names of a platform`, 'write it like *.platform.example, not as every host')],
    ['ports', choice.ports === null ? null : ports(choice.ports.first, choice.ports.last)],
  ];
  return found.flatMap(([field, wrong]) => (wrong ? [{ field, error: wrong }] : []));
}
