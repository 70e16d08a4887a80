/** Words of signing in, of people and of their sessions. */

export const enPeople = {
  'standing.away': 'The collector does not answer; it is asked again every few seconds. What you typed stays.',
  'standing.ended':
    'Your session has ended. Sign in with a new link in another tab, then go on here: what you typed stays.',
  'standing.again': 'I have signed in',
  'signIn.how':
    'You are let in by a link that works once, for an hour. Whoever runs the collector makes one with this command:',
  'signIn.openId': 'Sign in with your organisation',
  'signIn.refused.unknown': 'Nobody is known here by your e-mail address: an owner lets you in with it as your name.',
  'signIn.refused.unverified': 'Your organisation does not vouch for your e-mail address.',
  'signIn.refused.failed': 'The sign-in did not come through. Begin it again.',
  'signIn.refused.away': 'Your organisation’s sign-in does not answer.',
  'signIn.first': 'As long as nobody has signed in, the collector prints a link when it starts.',
  'people.title': 'People',
  'people.persons': 'Who may enter',
  'people.none': 'Nobody yet.',
  'people.add': 'Let somebody in',
  'people.name': 'Name',
  'people.name.help': 'Stands in the audit log beside what they do.',
  'people.role': 'Role',
  'people.sites': 'Sites',
  'people.sites.help': 'Only these sites; all of them where none is chosen',
  'people.signedIn': 'Signed in',
  'people.never': 'never',
  'people.newLink': 'New link',
  'people.remove': 'Shut out',
  'people.remove.does':
    'they can no longer enter, and are signed out everywhere at once. What they did stays in the audit log.',
  'people.link': 'The link',
  'people.link.how':
    'It works once, for an hour, and is shown only now. Send it to them by a way that others do not read.',
  'sessions.title': 'Open sessions',
  'sessions.none': 'None: you are here by the admin token.',
  'sessions.current': 'this one',
  'sessions.seen': 'last seen {ago}, since {since}',
  'sessions.end': 'End it',
};
