package dev.streambed.testing;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;

/**
 * A test about what a broker does: {@code -Pcontainers} runs it again, its {@link TestBroker} in a container. Where Docker does not
 * answer it fails then if the variable {@code CI} is {@code true}, and else is skipped, both saying why.
 */
@Tag("broker")
@ExtendWith(BrokerTest.WhereDockerAnswers.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BrokerTest {
    /** Asks before anything of the class runs. */
    final class WhereDockerAnswers implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (!TestBroker.isInContainer() || DockerClientFactory.instance().isDockerAvailable()) {
                return enabled("the broker can run");
            }
            String message = context.getDisplayName() + ": no Docker answers to run its Kafka container (-Pcontainers)";
            if ("true".equals(System.getenv("CI"))) {
                fail(message);
            }
            System.err.println("SKIPPED: " + message);
            return disabled(message);
        }
    }
}
