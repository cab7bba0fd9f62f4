package dev.lurcher.samples.spring;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/** What the application is made of. */
@Configuration
@EnableWebMvc
public class Site {
    /** What answers. */
    @Bean
    public Greetings greetings() {
        return new Greetings();
    }
}
