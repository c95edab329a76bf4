import { GuestPlace } from './place.js';
import { describeTraffic } from './traffic-cases.js';

describeTraffic(
  'netns: traffic with the edge inside the first computer',
  (topology) => new GuestPlace(topology, 'first'),
);
