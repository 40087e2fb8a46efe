# Builds Streambed and puts it on a JRE. `docker build -t streambed .`; `docker run streambed --help`.
#
# glibc and not Alpine: ONNX Runtime, the tokenizers and RocksDB bring native libraries that are linked against it.

FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
# The dependencies in a layer of their own: they change more seldom than the source.
COPY pom.xml ./
RUN mvn -B -ntp dependency:go-offline
COPY topology topology
COPY src/main src/main
# The commit was checked by CI; here it is only packed.
RUN mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package

FROM eclipse-temurin:17-jre-noble
# A number, so that Kubernetes' runAsNonRoot can tell. The state of Kafka Streams is rebuilt from Kafka where it is lost, so the
# volume saves time, not data.
RUN mkdir -p /var/lib/streambed && chown 10001:10001 /var/lib/streambed
COPY --from=build /build/target/lib /opt/streambed/lib
COPY --from=build /build/target/streambed.jar /opt/streambed/streambed.jar
USER 10001:10001
WORKDIR /var/lib/streambed
VOLUME /var/lib/streambed
# The native libraries are unpacked into /tmp when they are first used: it must be writable, and not mounted noexec.
ENV STREAMBED_HTTP_HOST=0.0.0.0 \
    STREAMBED_STATE_DIR=/var/lib/streambed/state \
    DJL_CACHE_DIR=/tmp/djl \
    ORT_DISABLE_TELEMETRY=1
EXPOSE 8080
# bash speaks HTTP well enough; the image has neither curl nor wget for certain.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${STREAMBED_HTTP_PORT:-8080} && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
# SIGTERM goes to the JVM itself (exec form), which drains and exits 0; give it more than shutdown.timeout. The heap may have
# half of the memory: the model, its threads and RocksDB live outside of it.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-Dai.djl.offline=true", "-jar", "/opt/streambed/streambed.jar"]
CMD ["run"]
