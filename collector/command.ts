/** What the intake hands to ingest: checked commands, one a touch, order, change or refusal. */
import type { Consent, Problem, Reporter, Touch } from './event.ts';
import type { Fire } from './destinations/destination.ts';
import type { ValidOrder } from './validate-order.ts';
import type { OrderPatch } from './validate-patch.ts';

export type Command =
  | {
      type: 'touch';
      site: string;
      visitor: string;
      touches: Omit<Touch, 'id' | 'visitor'>[];
      consent?: Consent;
      /** One-time id of the linker's token that brought the journey here. */
      handover?: string;
      /** Who sent it knows the visitor's journey: nothing need be read or told. */
      brief?: boolean;
    }
  | {
      type: 'order';
      site: string;
      reporter: Reporter;
      valid: ValidOrder;
      warnings: Problem[];
      /** The shop's signature proved the amount: the report counts as the shop's own word. */
      proven?: boolean;
      visitor?: string;
      /** Touches that the report carried (the tag's journey, or the order's journey token). */
      touches: Omit<Touch, 'id' | 'visitor'>[];
      consent?: Consent;
      ip?: string;
      userAgent?: string;
    }
  | { type: 'change'; site: string; orderId: string; patch: OrderPatch }
  | { type: 'fired'; site: string; orderId: string; delivery: string; ok: boolean; detail?: string }
  | { type: 'refused'; site: string; route: string; body: string; errors: Problem[] };

export type CommandReply =
  | { type: 'touch'; visitor: string; touches: Touch[]; spent?: boolean }
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
      result: 'updated' | 'duplicate' | 'kept' | 'unknown' | 'invalid';
      errors?: Problem[];
      status?: string;
    }
  | { type: 'fired'; known: boolean }
  | { type: 'refused' };

/** Connections that got something to send by a batch, so that the relay need not look. */
export interface Work {
  site: string;
  connection: string;
}
