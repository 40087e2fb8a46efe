package dev.streambed.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code ROLE=NAME} of the command line. */
final class Grantees {
    private Grantees() {}

    /**
     * The names by role, in the order in which they were given.
     *
     * @param option for the message
     * @param form of one, for the message: {@code ROLE=User:NAME}
     * @param roles those there are
     * @throws IllegalArgumentException if one has another form, or a role that there is not; for people
     */
    static Map<String, List<String>> byRole(String option, String form, List<String> given, Set<String> roles) {
        Map<String, List<String>> byRole = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('='); // the first: a name may have more of them
            String role = one.substring(0, Math.max(0, equals));
            String name = one.substring(equals + 1);
            boolean whole = form.contains(":") ? name.indexOf(':') > 0 && !name.endsWith(":") : !name.isBlank();
            if (!roles.contains(role) || !whole) {
                throw new IllegalArgumentException(option + " must be " + form + ", with a role of "
                        + String.join(", ", roles) + ", but is " + one);
            }
            byRole.computeIfAbsent(role, unused -> new ArrayList<>()).add(name);
        }
        return byRole;
    }
}
