FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    buildah bubblewrap bzip2 e2fsprogs fdisk mtools ovmf qemu-system-x86 qemu-utils slirp4netns squashfs-tools \
    syslinux syslinux-common systemd-boot-efi uidmap xz-utils \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Disks of xfs want a newer mkfs.xfs than this Debian's.
COPY scripts/xfsprogs.mjs scripts/debian-packages.mjs scripts/
COPY scripts/bootstrap/paths.mjs scripts/bootstrap/
RUN node scripts/xfsprogs.mjs
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY examples examples
RUN install --directory --owner=node --group=node /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/apps/api/src/main.js"]
