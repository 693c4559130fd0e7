"""`python3 http ARGS…`: make this clone ready to run, then run `outturn ARGS…`."""

import os
import sys

# Before the import of anything that an older Python could not read.
if sys.version_info < (3, 11):  # noqa: UP036 - the reader's own python3 may be older
    sys.exit("Outturn needs Python 3.11 or later; this is Python " + sys.version.split()[0] + ".")

import prepare  # noqa: E402

if __name__ == "__main__":
    outturn = prepare.or_exit(for_tests=False).parent / "outturn"
    os.execv(outturn, [str(outturn), *sys.argv[1:]])  # noqa: S606 - the program just installed
