/** Checks an import file before a person imports it: references resolve, enums are spelled as imports want them, nothing is empty. */
import type { Problem } from '../../wire/problem.ts';
import { fieldNames, type TemplateField } from '../template/fields.ts';
import { parseTpl } from '../tpl.ts';
import { codeProblems, enumProblems, valueProblems } from './container-values.ts';

type Entity = Record<string, unknown>;
type Kind = 'tag' | 'trigger' | 'variable' | 'folder' | 'customTemplate' | 'builtInVariable';

/** All Pages, Consent Initialization, Initialization: they exist in every container. */
const BUILT_IN_TRIGGERS = new Set(['2147479553', '2147479572', '2147479573']);
const ID_OF: Partial<Record<Kind, string>> = {
  tag: 'tagId',
  trigger: 'triggerId',
  variable: 'variableId',
  folder: 'folderId',
  customTemplate: 'templateId',
};
/** Types of tags and variables that come with Tag Manager; the only values that are lower-case. */
const ROOT_TYPES = new Set(['html', 'img', 'v', 'c', 'jsm', 'k', 'u', 'f', 'e', 'j', 'smm', 'remm']);

const isEntity = (value: unknown): value is Entity =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const entities = (value: unknown): Entity[] => (Array.isArray(value) ? value.filter(isEntity) : []);
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Every text inside a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Names of a template's fields, or undefined where they can't be read. */
function declaredFields(tpl: string): Set<string> | undefined {
  try {
    const fields = JSON.parse(parseTpl(tpl).get('TEMPLATE_PARAMETERS') ?? '') as TemplateField[];
    return new Set(fieldNames(fields));
  } catch {
    // Not JSON: the caller says so.
    return undefined;
  }
}

class Checker {
  readonly problems: Problem[] = [];
  readonly #version: Entity;

  constructor(version: Entity) {
    this.#version = version;
  }

  list(kind: Kind): { entity: Entity; field: string }[] {
    return entities(this.#version[kind]).map((entity, index) => ({ entity, field: `${kind}[${index}]` }));
  }

  say(field: string, message: string): void {
    this.problems.push({ field, message });
  }

  ids(): void {
    for (const [kind, key] of Object.entries(ID_OF)) {
      const seen = new Set<unknown>();
      for (const { entity, field } of this.list(kind as Kind)) {
        if (typeof entity[key] !== 'string') this.say(`${field}.${key}`, 'must be a text');
        if (seen.has(entity[key])) this.say(`${field}.${key}`, `${String(entity[key])} is used twice`);
        seen.add(entity[key]);
      }
    }
    for (const kind of [...Object.keys(ID_OF), 'builtInVariable'] as Kind[]) {
      for (const { entity, field } of this.list(kind)) {
        for (const key of ['accountId', 'containerId']) {
          if (entity[key] !== this.#version[key]) this.say(`${field}.${key}`, `must be the container's own ${key}`);
        }
      }
    }
  }

  triggers(): void {
    const known = new Set(this.list('trigger').map(({ entity }) => entity.triggerId));
    for (const { entity, field } of this.list('tag')) {
      const firing = texts(entity.firingTriggerId);
      if (firing.length === 0) this.say(`${field}.firingTriggerId`, 'names no trigger: the tag never fires');
      for (const key of ['firingTriggerId', 'blockingTriggerId']) {
        for (const id of texts(entity[key])) {
          if (!known.has(id) && !BUILT_IN_TRIGGERS.has(id)) this.say(`${field}.${key}`, `no trigger has the id ${id}`);
        }
      }
      const names = new Set(this.list('tag').map((other) => other.entity.name));
      for (const key of ['setupTag', 'teardownTag']) {
        for (const other of entities(entity[key])) {
          if (!names.has(other.tagName)) this.say(`${field}.${key}`, `no tag is called ${String(other.tagName)}`);
        }
      }
    }
    for (const { entity, field } of this.list('trigger')) {
      if (entity.type === 'CUSTOM_EVENT') this.customEvent(entity, field);
    }
  }

  customEvent(entity: Entity, field: string): void {
    const filters = entities(entity.customEventFilter);
    const left = entities(filters[0]?.parameter).find((parameter) => parameter.key === 'arg0');
    if (filters.length !== 1 || left?.value !== '{{_event}}') {
      this.say(`${field}.customEventFilter`, 'must be exactly one condition on {{_event}}');
    }
  }

  folders(): void {
    const known = new Set(this.list('folder').map(({ entity }) => entity.folderId));
    for (const kind of ['tag', 'trigger', 'variable'] as const) {
      for (const { entity, field } of this.list(kind)) {
        const id = entity.parentFolderId;
        if (id !== undefined && !known.has(id))
          this.say(`${field}.parentFolderId`, `no folder has the id ${String(id)}`);
      }
    }
  }

  variables(): void {
    const names = new Set(['_event']);
    for (const kind of ['variable', 'builtInVariable'] as const) {
      for (const { entity } of this.list(kind)) names.add(String(entity.name));
    }
    for (const kind of ['tag', 'trigger', 'variable'] as const) {
      for (const { entity, field } of this.list(kind)) {
        const used = textsIn(entity).flatMap((text) =>
          [...text.matchAll(/\{\{([^{}]+)\}\}/g)].map((match) => match[1]),
        );
        for (const name of new Set(used)) {
          if (name !== undefined && !names.has(name)) this.say(field, `no variable is called ${name}`);
        }
      }
    }
  }

  templates(): void {
    const known = new Map<string, Entity>();
    for (const { entity } of this.list('customTemplate')) {
      known.set(`cvt_${String(entity.containerId)}_${String(entity.templateId)}`, entity);
      const gallery = isEntity(entity.galleryReference) ? entity.galleryReference.galleryTemplateId : undefined;
      if (gallery !== undefined) known.set(`cvt_${String(gallery)}`, entity);
    }
    for (const kind of ['tag', 'variable'] as const) {
      for (const { entity, field } of this.list(kind)) {
        const type = String(entity.type);
        const template = known.get(type);
        if (template) this.fields(entity, field, template);
        else if (type.startsWith('cvt_')) this.say(`${field}.type`, `no custom template answers to ${type}`);
        else if (!ROOT_TYPES.has(type)) this.say(`${field}.type`, `${type} is no type of a ${kind}`);
      }
    }
  }

  /** A parameter that the template doesn't have is dropped on import without a word. */
  fields(entity: Entity, field: string, template: Entity): void {
    const names = declaredFields(String(template.templateData));
    if (!names) {
      this.say(`${field}.type`, 'its template has no readable ___TEMPLATE_PARAMETERS___');
      return;
    }
    for (const { key } of entities(entity.parameter)) {
      if (!names.has(String(key))) this.say(`${field}.parameter`, `its template has no field ${String(key)}`);
    }
  }
}

/** Every problem of an import file; an empty list means that all references resolve. */
export function checkContainer(file: unknown): Problem[] {
  if (!isEntity(file) || !isEntity(file.containerVersion)) {
    return [{ field: 'containerVersion', message: 'is missing: this is no container export' }];
  }
  const checker = new Checker(file.containerVersion);
  if (file.exportFormatVersion !== 2) checker.say('exportFormatVersion', 'must be 2');
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(String(file.exportTime))) {
    checker.say('exportTime', 'must read like 2026-11-22 09:30:00');
  }
  checker.ids();
  checker.triggers();
  checker.folders();
  checker.variables();
  checker.templates();
  const version = file.containerVersion;
  return [...checker.problems, ...enumProblems(version), ...valueProblems(version), ...codeProblems(version)];
}
