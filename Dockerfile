# One image for every process: python -m bot web, scheduler, or run. Not Alpine: the store that comes
# along has no wheel for musl.
# A tag can come to mean another image. To pin it, ask your registry for the digest of that tag
# (docker buildx imagetools inspect python:3.13-slim-bookworm) and write …bookworm@sha256:… below.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
COPY requirements.txt .
RUN python -m venv /srv/corner/venv \
    && /srv/corner/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary=:all: -r requirements.txt \
    && /srv/corner/venv/bin/pip uninstall --quiet --yes pip
# Nothing is built, so that nothing is installed but what has a hash.
COPY . /srv/corner/app
RUN /srv/corner/venv/bin/python -m compileall -q /srv/corner/app

FROM ${BASE}
# Pictures in Arabic, Hindi and other scripts whose letters change beside each other need FriBiDi.
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends libfribidi0 \
    && rm -rf /var/lib/apt/lists/*
# The root may be read-only: web and scheduler write nothing. Only run, with the store that comes
# along, writes to /data.
RUN useradd --system --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin corner \
    && install -d -m 0700 -o corner -g corner /data
COPY --from=build /srv/corner /srv/corner
ENV PATH=/srv/corner/venv/bin:$PATH \
    PYTHONPATH=/srv/corner/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    PORT=8080 \
    LOG_FORMAT=json
WORKDIR /data
USER corner
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# web tells its health on PORT, a scheduler on HEALTH_PORT. A bot that polls listens nowhere: give it
# --no-healthcheck.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["web"]
