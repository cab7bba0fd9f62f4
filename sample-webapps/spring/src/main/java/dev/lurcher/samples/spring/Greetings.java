package dev.lurcher.samples.spring;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Answers at once, later, and by server-sent events. */
@RestController
public class Greetings {
    /** Greets somebody. */
    @GetMapping("/hello/{name}")
    public String hello(@PathVariable String name, @RequestParam(defaultValue = "Hello") String greeting) {
        return greeting + ", " + name + "\n";
    }

    /** Says how long a text is. */
    @PostMapping("/length")
    public String length(@RequestBody String text) {
        return text.length() + "\n";
    }

    /** Answers from a thread of Spring's. */
    @GetMapping("/later")
    public Callable<String> later() {
        return () -> "later\n";
    }

    /** Three events. */
    @GetMapping("/events")
    public SseEmitter events() throws IOException {
        SseEmitter events = new SseEmitter();
        for (int i = 1; i <= 3; i++) {
            events.send(SseEmitter.event().id(Integer.toString(i)).data("event " + i));
        }
        events.complete();
        return events;
    }

    /** Fails. */
    @GetMapping("/failure")
    public String failure() {
        throw new IllegalStateException("on purpose");
    }

    /** What the client is told of a failure. */
    @ExceptionHandler(IllegalStateException.class)
    @ResponseStatus(HttpStatus.CONFLICT)
    public String failed(IllegalStateException failure) {
        return "It failed: " + failure.getMessage() + "\n";
    }
}
