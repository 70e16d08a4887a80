/** Words of signing in, of people and of their sessions, in Greek. */
import type { enPeople } from '../en/people.ts';

export const elPeople: Readonly<Record<keyof typeof enPeople, string>> = {
  'standing.away': 'Ο συλλέκτης δεν απαντά· ξαναρωτάμε κάθε λίγα δευτερόλεπτα. Ό,τι γράψατε μένει.',
  'standing.ended':
    'Η σύνδεσή σας έληξε. Συνδεθείτε με νέο σύνδεσμο σε άλλη καρτέλα και συνεχίστε εδώ: ό,τι γράψατε μένει.',
  'standing.again': 'Συνδέθηκα',
  'signIn.how':
    'Μπαίνετε με έναν σύνδεσμο που ισχύει μία φορά, για μία ώρα. Τον φτιάχνει όποιος έχει τον συλλέκτη, με αυτή την εντολή:',
  'signIn.openId': 'Είσοδος μέσω του οργανισμού σας',
  'signIn.refused.unknown':
    'Κανείς δεν είναι γνωστός εδώ με τη διεύθυνση e-mail σας: ένας ιδιοκτήτης σάς βάζει με αυτήν ως όνομα.',
  'signIn.refused.unverified': 'Ο οργανισμός σας δεν εγγυάται για τη διεύθυνση e-mail σας.',
  'signIn.refused.failed': 'Η είσοδος δεν ολοκληρώθηκε. Ξεκινήστε την ξανά.',
  'signIn.refused.away': 'Η είσοδος του οργανισμού σας δεν απαντά.',
  'signIn.first': 'Όσο δεν έχει συνδεθεί κανείς, ο συλλέκτης τυπώνει έναν σύνδεσμο όταν ξεκινά.',
  'people.title': 'Άνθρωποι',
  'people.persons': 'Ποιος μπορεί να μπει',
  'people.none': 'Κανείς ακόμα.',
  'people.add': 'Νέο άτομο',
  'people.name': 'Όνομα',
  'people.name.help': 'Γράφεται στο ημερολόγιο δίπλα σε ό,τι κάνει.',
  'people.role': 'Ρόλος',
  'people.sites': 'Καταστήματα',
  'people.sites.help': 'Μόνο αυτά τα καταστήματα· όλα, αν δεν επιλεγεί κανένα',
  'people.signedIn': 'Συνδέθηκε',
  'people.never': 'ποτέ',
  'people.newLink': 'Νέος σύνδεσμος',
  'people.remove': 'Αφαίρεση',
  'people.remove.does': 'δεν μπορεί πια να μπει και αποσυνδέεται αμέσως παντού. Όσα έκανε μένουν στο ημερολόγιο.',
  'people.link': 'Ο σύνδεσμος',
  'people.link.how':
    'Ισχύει μία φορά, για μία ώρα, και φαίνεται μόνο τώρα. Στείλτε τον με τρόπο που δεν διαβάζουν άλλοι.',
  'sessions.title': 'Ανοιχτές συνδέσεις',
  'sessions.none': 'Καμία: είστε εδώ με το διακριτικό του διαχειριστή.',
  'sessions.current': 'αυτή',
  'sessions.seen': 'τελευταία φορά {ago}, από {since}',
  'sessions.end': 'Τερματισμός',
};
