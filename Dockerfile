# Builds Streambed and puts it, with a Java of its own, on a base without shell and package manager. `docker build -t streambed .`;
# `docker run streambed --help`. docs/image.md says what the image needs of whoever runs it.
#
# glibc and not musl: ONNX Runtime, the tokenizers and RocksDB bring native libraries that are linked against it, and against libstdc++.

# Others for whoever mirrors or makes his own bases; the first with Maven and a JDK 17, the second with glibc and libstdc++.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG BASE_IMAGE=gcr.io/distroless/cc-debian13:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# The dependencies in a layer of their own: they change more seldom than the source.
COPY pom.xml ./
RUN mvn -B -ntp dependency:go-offline
COPY topology topology
COPY src/main src/main
# The commit was checked by CI; here it is only packed.
RUN mvn -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package
# All of Java SE, for libraries load what they need by name; jcmd, for there is no other way to look inside; and the archive of the JDK's
# classes, for a faster start.
RUN jlink --output /opt/java --no-header-files --no-man-pages --compress=2 \
        --add-modules java.se,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.naming.dns,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs \
    && /opt/java/bin/java -Xshare:dump \
    && mkdir -p /build/state

FROM ${BASE_IMAGE}
COPY --from=build /opt/java /opt/java
COPY --from=build /build/target/lib /opt/streambed/lib
COPY --from=build /build/target/streambed.jar /opt/streambed/streambed.jar
# The state of Kafka Streams is rebuilt from Kafka where it is lost, so the volume saves time, not data.
COPY --from=build --chown=10001:10001 /build/state /var/lib/streambed
# A number, so that Kubernetes' runAsNonRoot can tell.
USER 10001:10001
WORKDIR /var/lib/streambed
VOLUME /var/lib/streambed
# The native libraries are unpacked into /tmp when they are first used: where the root is read-only, /tmp must be mounted, and not noexec.
ENV PATH=/opt/java/bin \
    LANG=C.UTF-8 \
    STREAMBED_HTTP_HOST=0.0.0.0 \
    STREAMBED_STATE_DIR=/var/lib/streambed/state \
    DJL_CACHE_DIR=/tmp/djl \
    ORT_DISABLE_TELEMETRY=1
EXPOSE 8080
# No HEALTHCHECK: an orchestrator asks /health/live and /health/ready itself; `health` costs a JVM each time (docs/image.md). SIGTERM goes to
# the JVM, which drains and exits 0; give it more than shutdown.timeout. The heap may have half of the memory: the model, its threads
# and RocksDB live outside of it.
ENTRYPOINT ["/opt/java/bin/java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", "-Dai.djl.offline=true", "-Dfile.encoding=UTF-8", "-jar", "/opt/streambed/streambed.jar"]
CMD ["run"]
