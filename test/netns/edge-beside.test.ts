import { NamespacePlace } from './place.js';
import { describeTraffic } from './traffic-cases.js';

describeTraffic(
  'netns: traffic with the edge beside the first computer',
  (topology) => new NamespacePlace(topology, 'first-net'),
);
