"""What stands beside evidence, in Italian and English (istruzioni): how somebody who does not know us checks it."""

from __future__ import annotations

README = """PROVA DOCUMENTALE

Contenuto
  evidence.pdf     la cronologia, leggibile, con orologi di servizio, copertura, righe e documenti
  evidence.json    i fatti come registrati, le prove di inclusione, i sigilli, le marche temporali
  manifest.json    l'impronta SHA-256 di ogni file
  documents/       i documenti emessi e gli allegati
  stamps/          le marche temporali (RFC 3161) e i sigilli marcati
  verify.py        il programma di verifica: Python 3.9 o successivo, nient'altro

Come si verifica
  1. Estrarre tutto in una cartella vuota.
  2. python verify.py
     Ogni controllo dice "ok" oppure che cosa non torna.
  3. L'impronta di manifest.json comunicata alla consegna:  python verify.py --manifest IMPRONTA
     Un sigillo custodito da terzi:                        python verify.py --seal IMPRONTA
  4. La firma di una marca temporale si controlla con openssl; verify.py stampa il comando.
  5. L'impronta di evidence.json è stampata sulla prima pagina del PDF.

Che cosa prova
  I fatti sono quelli registrati, non mutati dopo il sigillo che li copre; l'ora della marca temporale è quella
  dell'autorità. Che un fatto fosse vero quando fu registrato, nessuna impronta può provarlo.
  Le parole personali cancellate per legge restano cifrate: la prova del fatto vale ugualmente.
  I fatti che nominano altri clienti sono trattenuti: ne restano impronta e prova.
  La parte "derived" è calcolata dal programma indicato; si può rifare dai fatti.

----------------------------------------------------------------------------------------------------------------------

EVIDENCE

What is here
  evidence.pdf     the timeline, to be read, with service clocks, coverage, lines and documents
  evidence.json    the facts as stored, their proofs of inclusion, the seals, the time-stamps
  manifest.json    the SHA-256 of every file
  documents/       issued documents and attachments
  stamps/          time-stamps (RFC 3161) and the seals they are over
  verify.py        the program that checks it: Python 3.9 or later, nothing else

How to check it
  1. Unpack everything into an empty folder.
  2. python verify.py
     Every check says "ok" or what does not hold.
  3. The hash of manifest.json told when this was handed over:  python verify.py --manifest HASH
     A seal kept by somebody else:                             python verify.py --seal HASH
  4. The signature of a time-stamp is checked by openssl; verify.py prints the command.
  5. The hash of evidence.json is printed on the first page of the PDF.

What it proves
  The facts are those recorded, unchanged since the seal over them; the time of a time-stamp is the authority's.
  That a fact was true when it was recorded no hash can prove.
  Personal words erased by law stay ciphers: the proof of their fact holds all the same.
  Facts that name other customers are withheld: their hash and proof remain.
  The part "derived" was reckoned by the program named; it can be reckoned again from the facts.
"""
