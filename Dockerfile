# The web server of the team set-up. Build: docker build -t newsnotes .

FROM python:3.13-slim AS packages
COPY requirements.lock /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    NEWSNOTES_PRODUCTION=true \
    NEWSNOTES_HOST=0.0.0.0 \
    NEWSNOTES_VAR=/var/lib/newsnotes \
    NEWSNOTES_STATIC=/srv/newsnotes-static \
    PORT=8000
RUN useradd --system --uid 10001 --home-dir /var/lib/newsnotes --create-home newsnotes \
    && chmod 700 /var/lib/newsnotes
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/newsnotes
COPY . .
# The key of the build is thrown away with it; the server makes or gets its own.
RUN SECRET_KEY=build NEWSNOTES_VAR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
USER newsnotes
VOLUME /var/lib/newsnotes
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/', timeout=4)"]
CMD ["python", "-m", "newsnotes.serve", "web"]
