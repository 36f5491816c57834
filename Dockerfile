# syntax=docker/dockerfile:1
# Three targets: `runtime` (the default, last) is farmhand; `sandbox` is a whole world for a laptop, see compose.yml.
# For production pin both images by digest: --build-arg RUNTIME_IMAGE=…@sha256:…
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS bundle
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: nothing that is bundled is compiled.
RUN npm ci --ignore-scripts
COPY scripts ./scripts
COPY src ./src
COPY commands ./commands
COPY views ./views
# farmhand and its packages as a few files, with their licences, and beside them the packages that have to stay packages.
RUN node scripts/bundle/main.ts /app/dist && mkdir /app/compile-cache

FROM ${BUILD_IMAGE} AS sandbox
RUN apt-get update \
  && apt-get install -y --no-install-recommends redis-server default-jre-headless maven ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
RUN chown node:node /app
USER 1000:1000
COPY --chown=1000:1000 package.json package-lock.json .npmrc ./
RUN npm ci
COPY --chown=1000:1000 . .
CMD ["npm", "run", "sandbox"]

# No shell, no package manager; node is process 1 and handles its own signals.
FROM ${RUNTIME_IMAGE} AS runtime
ARG VERSION=0.0.0-dev
ARG REVISION=unknown
# When it was built, as 2026-11-29T12:00:00Z; and where its sources are.
ARG CREATED=unknown
ARG SOURCE=unknown
ARG RUNTIME_IMAGE
LABEL org.opencontainers.image.title="farmhand" \
  org.opencontainers.image.description="Slack-first ChatOps: one alert, one thread; rebuilds from Slack" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.created="${CREATED}" \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.base.name="${RUNTIME_IMAGE}"
WORKDIR /app
COPY --from=bundle /app/dist ./
COPY LICENSE ./
COPY --from=bundle --chown=65532:65532 /app/compile-cache ./compile-cache
# Memory first: a nursery of which three times this is resident, two arenas instead of eight a core, and what is freed at
# the end of one goes back at once (docs/performance.md).
ENV FARMHAND_COMMIT=${REVISION} NODE_ENV=production FARMHAND_CONFIG=/etc/farmhand/farmhand.yml \
  NODE_OPTIONS=--max-semi-space-size=8 MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 NODE_COMPILE_CACHE=/app/compile-cache
USER 65532:65532
# By the Node that will run it. On another kind of processor, or as another user, it is not taken: the start is slower then.
RUN ["/nodejs/bin/node", "fill-compile-cache.js"]
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "main.js"]
CMD ["serve"]
