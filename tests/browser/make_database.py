"""python3 make_database.py THRESH FOLDER [ISO-TIME]: prints the path of the shop's database."""

import datetime
import sys

sys.dont_write_bytecode = True
import shop_database

now = datetime.datetime.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else None
print(shop_database.make(sys.argv[1], sys.argv[2], now))
