package io.mlaas.explanation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The operators that have a rule. */
final class RuleTable {
    private static final Set<Integer> ANY = Set.of();
    private static final RuleTable ALL = filled();

    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * An operator.
     *
     * @param varying inputs that may depend on the model's input; empty for all
     * @param differentiable whether any may
     */
    record Entry(Rule rule, Set<Integer> varying, boolean differentiable) {
        boolean mayVary(int input) {
            return differentiable && (varying.isEmpty() || varying.contains(input));
        }
    }

    static RuleTable all() {
        return ALL;
    }

    private static RuleTable filled() {
        RuleTable table = new RuleTable();
        ElementRules.register(table);
        ArithmeticRules.register(table);
        ArrangeRules.register(table);
        ReductionRules.register(table);
        NormalizationRules.register(table);
        WindowRules.register(table);
        RecurrentRules.register(table);
        ConstantRules.register(table);
        return table;
    }

    /** All inputs may depend on the model's. */
    void add(String operator, Rule.Single rule) {
        entries.put(operator, new Entry(c -> List.of(rule.apply(c)), ANY, true));
    }

    /** Only the given inputs may depend on the model's. */
    void add(String operator, Set<Integer> varying, Rule.Single rule) {
        addSeveral(operator, varying, c -> List.of(rule.apply(c)));
    }

    void addSeveral(String operator, Set<Integer> varying, Rule rule) {
        entries.put(operator, new Entry(rule, varying, true));
    }

    /** No input may depend on the model's. */
    void addConstant(String operator, Rule.Single rule) {
        entries.put(operator, new Entry(c -> List.of(rule.apply(c)), ANY, false));
    }

    Entry get(String operator) {
        Entry entry = entries.get(operator);
        if (entry == null) {
            throw new ExplanationRefused("operator: " + operator + " (expected: one with a rule)");
        }
        return entry;
    }

    boolean knows(String operator) {
        return entries.containsKey(operator);
    }
}
