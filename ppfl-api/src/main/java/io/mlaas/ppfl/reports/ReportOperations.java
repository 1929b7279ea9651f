package io.mlaas.ppfl.reports;

import io.swagger.v3.oas.models.Operation;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.method.HandlerMethod;

/** In the API document, the doors of the reports share methods but not names: {@code fpList}, {@code tffList}. */
@Component
class ReportOperations implements OperationCustomizer {
    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        if (ReportController.class.isAssignableFrom(method.getBeanType())) {
            String door = operation.getTags().getFirst();
            operation.setOperationId(
                    door + StringUtils.capitalize(method.getMethod().getName()));
        }
        return operation;
    }
}
