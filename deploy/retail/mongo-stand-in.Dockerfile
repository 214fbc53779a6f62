# FerretDB in the place of MongoDB, for tests where no image of MongoDB can be had. It is not MongoDB: it keeps the
# documents in SQLite. The folder it is built from holds the program:
#   docker build --file deploy/retail/mongo-stand-in.Dockerfile --tag breakwater-mongo-stand-in FOLDER
#   MONGO_IMAGE=breakwater-mongo-stand-in COMPOSE_PROFILES=mongo MONGO_URL=mongodb://mongo:27017 docker compose up -d
FROM debian:bookworm-slim
RUN useradd --system --uid 999 mongodb && mkdir -p /data/db && chown mongodb /data/db
COPY ferretdb /usr/local/bin/ferretdb
USER mongodb
VOLUME /data/db
EXPOSE 27017
CMD ["ferretdb", "--handler=sqlite", "--sqlite-url=file:/data/db/", "--listen-addr=0.0.0.0:27017", "--debug-addr=-", "--telemetry=disable", "--state-dir=/data/db", "--log-level=warn"]
