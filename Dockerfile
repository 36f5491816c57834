# syntax=docker/dockerfile:1
# Three targets: `runtime` (the default, last) is farmhand; `sandbox` is a whole world for a laptop, see compose.yml.
# For production pin both images by digest: --build-arg RUNTIME_IMAGE=…@sha256:…
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian13:nonroot

FROM ${BUILD_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No install scripts: nothing that production needs is compiled. The sandbox's Slack and GitHub are optional
# dependencies; they have no place in production. (What draws charts is optional for its platform, and stays.)
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/local-slack-linux-x64 node_modules/emulate

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
LABEL org.opencontainers.image.title="farmhand" \
  org.opencontainers.image.description="Slack-first ChatOps: one alert, one thread; rebuilds from Slack" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY src ./src
COPY commands ./commands
COPY views ./views
# The nursery: three times this is resident. More of it takes in events a little faster, less lets a batch of them
# outlive it (docs/performance.md).
ENV FARMHAND_COMMIT=${REVISION} NODE_ENV=production FARMHAND_CONFIG=/etc/farmhand/farmhand.yml NODE_OPTIONS=--max-semi-space-size=16
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/nodejs/bin/node", "src/main.ts"]
CMD ["serve"]
