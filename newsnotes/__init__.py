"""The Django project: settings, middleware, and the server that `make run` starts."""

import gc

# Reading a dataset makes many small dictionaries and no cycles among them; looking for cycles at
# every 700 of them, as Python does by itself, costs a third of an export.
gc.set_threshold(50_000, 20, 20)
