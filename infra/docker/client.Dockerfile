# The web client, built from the root of the repository:
#   docker build -f infra/docker/client.Dockerfile .
ARG NODE_IMAGE=node:24.19.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
ENV NEXT_TELEMETRY_DISABLED=1
WORKDIR /client
COPY client/package.json client/package-lock.json client/.npmrc ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY client ./
# Pages are rendered ahead of time, and say where they are.
ARG PUBLIC_URL=http://localhost:8080
ENV PUBLIC_URL=${PUBLIC_URL}
RUN npm run build

FROM ${NODE_IMAGE}
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
WORKDIR /client
COPY --from=build /client/.next/standalone ./
USER 10001:10001
EXPOSE 3000
CMD ["node", "server.js"]
