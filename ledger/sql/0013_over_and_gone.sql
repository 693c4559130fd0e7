-- Sessions and links that are over are of no more use: the service forgets them.

GRANT DELETE ON people.session, people.link TO outturn_service;
