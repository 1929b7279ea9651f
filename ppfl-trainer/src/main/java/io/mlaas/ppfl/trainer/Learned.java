package io.mlaas.ppfl.trainer;

import io.mlaas.neural.network.Weights;
import io.mlaas.privacy.accounting.PrivacyCost;
import java.util.List;
import java.util.Map;

/**
 * What a federation gave.
 *
 * @param rounds as their progress lines said
 * @param more what only this engine has to tell
 */
record Learned(Weights weights, List<Map<String, Object>> rounds, PrivacyCost spent, Map<String, Object> more) {}
