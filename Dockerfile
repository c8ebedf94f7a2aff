# syntax=docker/dockerfile:1
# figurewatch in a container: `docker compose up -d`, see compose.yaml.

FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/figurewatch
WORKDIR /src
# Dependencies first: they change less often than the code, and every file is checked against its pinned hash.
COPY requirements/run.lock requirements/run.lock
RUN /opt/figurewatch/bin/pip install --require-hashes --only-binary :all: -r requirements/run.lock
# The tool that builds the wheel is pinned as well, and stays behind in a venv of its own.
COPY requirements/build.lock requirements/build.lock
RUN python -m venv /opt/builder \
 && /opt/builder/bin/pip install --require-hashes --only-binary :all: -r requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY monitor monitor
COPY alerts alerts
RUN /opt/builder/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/figurewatch/bin/pip install --no-deps --no-index /wheel/*.whl \
 && /opt/figurewatch/bin/python -m compileall -q /opt/figurewatch/lib \
 && /opt/figurewatch/bin/python -OO -m compileall -q /opt/figurewatch/lib

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="figurewatch" \
      org.opencontainers.image.description="Watches the news on Meta's AI, GPUs and data centres and tells you the moment a figure changes." \
      org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/figurewatch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    FIGUREWATCH_CONFIG=/config/feeds.yaml \
    FIGUREWATCH_DATA_DIR=/data
# Numeric, so that Kubernetes' runAsNonRoot can see that it is not root.
RUN groupadd --gid 10001 figurewatch \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin figurewatch \
 && install -d -o 10001 -g 10001 -m 0700 /data \
 && install -d -m 0755 /config
COPY --from=build /opt/figurewatch /opt/figurewatch
COPY feeds.yaml /config/feeds.yaml
COPY seeds /config/seeds
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
HEALTHCHECK --interval=60s --timeout=20s --start-period=120s --retries=3 CMD ["figurewatch", "health"]
# SIGTERM lets the batches under way finish, within ten seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["figurewatch"]
CMD ["run"]
