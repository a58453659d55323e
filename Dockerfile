FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ENV CGO_ENABLED=0
RUN go build -trimpath -ldflags=-s -o out/ ./cmd/xapid
RUN mkdir -p out/data out/tmp

FROM scratch
COPY --from=build /src/out/xapid /xapid
COPY --from=build --chown=65532:65532 /src/out/data /var/lib/xapid
COPY --from=build --chown=65532:65532 /src/out/tmp /tmp
ENV XAPID_DATA_DIR=/var/lib/xapid
USER 65532:65532
EXPOSE 443
VOLUME /var/lib/xapid
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/xapid", "healthcheck"]
ENTRYPOINT ["/xapid"]
