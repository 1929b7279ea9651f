package io.mlaas.kit.problem;

import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the servlet container itself refuses (a malformed path, a firewall rejection) as problem details too. */
@Hidden
@RestController
class ProblemErrorController implements ErrorController {

    @RequestMapping("/error")
    ResponseEntity<?> error(HttpServletRequest request) {
        // When reading a body fails, Tomcat reports an error of its own, whatever the handler made of it.
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IOException
                && request.getAttribute(ProblemAdvice.ANSWER) instanceof ResponseEntity<?> answer) {
            return answer;
        }
        Object code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
        Problem problem =
                switch (code instanceof Integer status ? status : 404) {
                    case 400 -> PlatformProblem.MALFORMED_REQUEST;
                    case 401 -> PlatformProblem.UNAUTHENTICATED;
                    case 403 -> PlatformProblem.FORBIDDEN;
                    case 404 -> PlatformProblem.NOT_FOUND;
                    case 405 -> PlatformProblem.METHOD_NOT_ALLOWED;
                    case 408 -> PlatformProblem.REQUEST_TOO_SLOW;
                    case 413 -> PlatformProblem.TOO_LARGE;
                    default ->
                        code instanceof Integer status && status < 500
                                ? PlatformProblem.MALFORMED_REQUEST
                                : PlatformProblem.INTERNAL;
                };
        return ResponseEntity.status(problem.status())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemBody.of(problem, problem.title() + ".", path == null ? "/" : path.toString()));
    }
}
