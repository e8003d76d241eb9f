"""The REST API, `/api/v1/`: authenticate, check the shape, call the services, answer with records."""
