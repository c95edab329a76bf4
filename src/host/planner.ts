/** Makes the plan for this host from a configuration of any role. */
import type { Config, EdgeConfig, RelayConfig } from '../config/config.js';
import { planEdge, surveyAhHops, surveyUplinks } from './edge.js';
import type { HostPlan } from './plan.js';
import { planRelay } from './relay.js';
import { surveyHost, surveyLinks } from './survey.js';

/**
 * Returns the function that plans the host for a configuration of this one's role. It surveys the host now, before the daemon
 * changes anything; addresses may come and go later.
 */
export async function hostPlanner(config: Config): Promise<(config: Config) => Promise<HostPlan>> {
  const { interface: device } = config;
  const host = await surveyHost(device);
  if (config.role === 'relay') {
    return async (next) => planRelay(next as RelayConfig, { ...host, links: surveyLinks(device) });
  }
  const uplinks = surveyUplinks(config);
  return async (next) => {
    const edge = next as EdgeConfig;
    const now = { ...host, links: surveyLinks(device) };
    return planEdge(edge, { ...now, uplinks, ahHops: surveyAhHops(edge, now) });
  };
}
