/** What the intake hands to ingest: checked commands, one a touch, order, change or refusal. */
import type { Consent } from '../../wire/consent.ts';
import type { Fire } from '../../wire/fire.ts';
import type { Problem } from '../../wire/problem.ts';
import type { Observation, Proof } from '../model/authority/order-words.ts';
import type { Arrival } from '../model/quarantined.ts';
import type { Reporter, ReportKind } from '../model/report.ts';
import type { Touch } from '../model/touch.ts';
import type { SignedIdentity } from './read-identity.ts';
import type { ValidOrder } from './validate-order.ts';
import type { OrderPatch } from './validate-patch.ts';

export type Command =
  | {
      type: 'touch';
      site: string;
      visitor: string;
      touches: Omit<Touch, 'id' | 'visitor' | 'hint'>[];
      /** The id that the page holds, under which it hears of its journey. */
      hint?: string;
      /** The same where no cookie came: the touches are found by it until the visitor's cookie comes. */
      foundBy?: string;
      consent?: Consent;
      /** The hand-over that brought the touches here. */
      handover?: string;
      identity?: SignedIdentity;
      /** Who sent it knows the visitor's journey: nothing need be read or told. */
      brief?: boolean;
    }
  | {
      type: 'order';
      site: string;
      reporter: Reporter;
      /** Which page a browser reported from; absent where the shop speaks. */
      page?: 'own' | 'foreign';
      valid: ValidOrder;
      warnings: Problem[];
      /** When the shop last changed it, by its own clock. */
      changedAt?: number;
      /** The shop's signature in a browser's report: the fields that it covers, and no other, are the shop's own word. */
      proof?: Proof;
      /** Who the shop says that the visitor is, by its signature. */
      identity?: SignedIdentity;
      /** Which of the page's trackers it was found at, where the page itself didn't report it: a fuller report may still come. */
      found?: readonly string[];
      /** Other numbers that the page has for the order. */
      also?: readonly string[];
      /** Other names of the order by the shop's word. */
      aliases?: readonly string[];
      /** The other name by which a browser reported it. */
      under?: string;
      /** What browsers said of it while its number was taken for another order's name. */
      brought?: readonly Observation[];
      visitor?: string;
      /** The id that the page holds, where the visitor's cookie came beside it. */
      hint?: string;
      /** Touches that the report carried (the tag's journey, or the order's journey token). */
      touches: Omit<Touch, 'id' | 'visitor' | 'hint'>[];
      /** Clicks of a network's own cookies that don't say when they were. */
      undated?: readonly { param: string; value: string }[];
      consent?: Consent;
      ip?: string;
      userAgent?: string;
      /** The person who rehearses an order in the shop's name. */
      by?: string;
    }
  /** A page of the site made a hand-over. `visitor`: whom its cookie names. */
  | { type: 'give'; site: string; id: string; visitor?: string }
  /** `by`: the person who speaks for the shop; absent where the shop's own server does. */
  | { type: 'change'; site: string; orderId: string; patch: OrderPatch; by?: string }
  /** A person's decision of a contested order; `credit` is null for nobody. */
  | { type: 'ruling'; site: string; orderId: string; credit: string | null; by: string }
  /**
   * The network's own report has an order otherwise than it stands here: it is told so again. `seen` is how far the reports had come when
   * that was found: what has moved since is left alone.
   */
  | {
      type: 'repair';
      site: string;
      orderId: string;
      connection: string;
      kind: ReportKind;
      seen: { deliveries: number; changedAt: number };
      by: string;
    }
  /** An order that was recorded before it was kept who said what of it. */
  | { type: 'reread'; site: string; orderId: string }
  | { type: 'fired'; site: string; orderId: string; delivery: string; ok: boolean; detail?: string }
  | {
      type: 'refused';
      site: string;
      route: string;
      body: string;
      errors: Problem[];
      /** How it came, where a browser sent it. */
      arrival?: Arrival;
      /** The page's origin, where that is why. */
      unlisted?: string;
    };

export type CommandReply =
  | { type: 'touch'; visitor: string; touches: Touch[]; notCounted?: 'early' | 'spent' }
  | { type: 'give' }
  | {
      type: 'order';
      orderId: string;
      result: 'accepted' | 'duplicate' | 'updated' | 'invalid';
      errors?: Problem[];
      warnings: Problem[];
      fire: (Fire & { delivery: string })[];
    }
  | {
      type: 'change';
      orderId: string;
      result: 'updated' | 'duplicate' | 'kept' | 'invalid';
      /** Fields that were not changed, and why. */
      warnings?: Problem[];
      errors?: Problem[];
      status?: string;
      /** What the shop must still name before the order is released. */
      missing?: string[];
    }
  | { type: 'ruling'; orderId: string; result: 'decided' | 'unknown' | 'uncontested' | 'unknown visitor' }
  | { type: 'repair'; orderId: string; result: 'told' | 'unknown' | 'moved' }
  /** `news`: record, credit or reports became different. */
  | { type: 'reread'; news: boolean }
  | { type: 'fired'; known: boolean }
  | { type: 'refused' }
  /** Nothing of it was recorded, and never will be as it is. */
  | { type: 'failed'; problem: Problem };

/** Connections that got something to send by a batch, so that the relay need not look. */
export interface Work {
  site: string;
  connection: string;
}

/** One kind of them each, where a step is for that kind alone. */
export type OrderCommand = Extract<Command, { type: 'order' }>;
export type OrderReply = Extract<CommandReply, { type: 'order' }>;
export type ChangeCommand = Extract<Command, { type: 'change' }>;
export type ChangeReply = Extract<CommandReply, { type: 'change' }>;
export type RulingCommand = Extract<Command, { type: 'ruling' }>;
export type RulingReply = Extract<CommandReply, { type: 'ruling' }>;
export type TouchCommand = Extract<Command, { type: 'touch' }>;
