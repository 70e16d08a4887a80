/** Admin API: who may enter. A link is in the answer to its making, and nowhere else. */
import { type Response, Router } from 'express';
import {
  addPerson,
  changePerson,
  type PeopleDeps,
  type PeopleRefusal,
  removePerson,
  renewLink,
  viewPerson,
} from '../../../admin/people/people.ts';
import { sendProblems } from '../../problem.ts';
import type { AdminDeps } from '../deps.ts';
import { bodyOf } from '../read.ts';
import { actorOf } from './who.ts';

export function adminPeopleRouter({ read, write, sites, clock, dashboardUrl }: AdminDeps): Router {
  const router = Router();
  const as = (response: Response): PeopleDeps => ({
    ...{ store: write, now: clock(), actor: actorOf(response), dashboard: dashboardUrl() },
  });
  const known = async (): Promise<ReadonlySet<string>> => new Set((await sites()).byId.keys());
  const answer = (response: Response, status: number, made: object | undefined): void => {
    if (made && 'problems' in made) {
      const refusal = made as PeopleRefusal;
      return sendProblems(response, refusal.status, refusal.problems);
    }
    if (made) response.status(status).json(made);
    else response.status(204).end();
  };

  router.get('/people', async (_request, response) => {
    response.json({ people: (await read.people()).map(viewPerson) });
  });
  router.post('/people', async (request, response) => {
    const { name, role, sites: theirs } = bodyOf(request);
    answer(response, 201, await addPerson({ name, role, sites: theirs }, await known(), as(response)));
  });
  router.put('/people/:name', async (request, response) => {
    const { role, sites: theirs } = bodyOf(request);
    const wanted = { name: String(request.params.name), role, sites: theirs };
    answer(response, 204, await changePerson(wanted, await known(), as(response)));
  });
  router.post('/people/:name/link', async (request, response) => {
    answer(response, 201, await renewLink(String(request.params.name), as(response)));
  });
  router.delete('/people/:name', async (request, response) => {
    answer(response, 204, await removePerson(String(request.params.name), as(response)));
  });
  return router;
}
