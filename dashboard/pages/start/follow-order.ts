/** An order on its way from the click to the network's verdict, stage by stage. Pure. */
import type { OrderStory, StoryDelivery } from '../../../wire/admin/orders.ts';

export interface Follow {
  name: 'click' | 'order' | 'credited' | 'told' | 'verdict';
  /** `wait`: not yet; `warn`: it came out otherwise than hoped. */
  state: 'ok' | 'wait' | 'warn' | 'fail';
  /** In the collector's words, or the network's. */
  said: string;
}

const OPEN = ['waiting', 'due', 'sending'];
const FAILED = ['held', 'rejected', 'declined'];

export function followOrder(story: OrderStory, connection: string): Follow[] {
  const { attribution } = story;
  const click = attribution.touches.find((touch) => touch.connection === connection) ?? attribution.touches[0];
  const told = reportOf(story, connection);
  return [
    click
      ? { name: 'click', state: 'ok', said: `${click.param}=${click.value}` }
      : { name: 'click', state: 'warn', said: '' },
    { name: 'order', state: 'ok', said: `${story.orderId}: ${story.total ?? ''} ${story.currency}` },
    {
      name: 'credited',
      state: attribution.winner?.connection === connection ? 'ok' : 'warn',
      said: attribution.winner?.connection ?? '',
    },
    told === undefined
      ? { name: 'told', state: 'warn', said: '' }
      : { name: 'told', state: toldState(told), said: lastAnswer(told) ?? told.reason },
    { name: 'verdict', ...verdictOf(told) },
  ];
}

/** Nothing more is to happen by itself within the next minutes. */
export function isSettled(story: OrderStory, connection: string): boolean {
  const told = reportOf(story, connection);
  return told === undefined || (!OPEN.includes(told.state) && verdictOf(told).state !== 'wait');
}

const reportOf = ({ deliveries }: OrderStory, connection: string): StoryDelivery | undefined =>
  deliveries.find((one) => one.connection === connection && one.kind === 'conversion');

function toldState({ state }: StoryDelivery): Follow['state'] {
  if (OPEN.includes(state)) return 'wait';
  if (state === 'skipped' || state === 'by_hand') return 'warn';
  return state === 'held' || state === 'rejected' ? 'fail' : 'ok';
}

function lastAnswer({ attempts }: StoryDelivery): string | undefined {
  const sent = attempts.findLast(({ purpose }) => purpose !== 'confirm');
  return sent && `${sent.response?.status ?? '–'}: ${sent.reason}`;
}

function verdictOf(told: StoryDelivery | undefined): Pick<Follow, 'state' | 'said'> {
  if (!told) return { state: 'warn', said: '' };
  const { state, reason, nextAt } = told;
  if (FAILED.includes(state)) return { state: 'fail', said: reason };
  if (OPEN.includes(state) || (state === 'delivered' && nextAt !== null)) return { state: 'wait', said: reason };
  return { state: state === 'confirmed' || state === 'delivered' ? 'ok' : 'warn', said: reason };
}
