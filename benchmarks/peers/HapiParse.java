import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One line in, the base64 of messages with line feeds between them; one line out, microseconds for one of them. */
public class HapiParse {
    private static final int WARMING = 200;

    public static void main(String[] arguments) throws Exception {
        DefaultHapiContext context = new DefaultHapiContext();
        context.setValidationContext(ValidationContextFactory.noValidation());
        PipeParser parser = context.getPipeParser();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        boolean warm = false;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] messages = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8).split("\n");
            for (int pass = 0; !warm && pass < WARMING; pass++) {
                parseAll(parser, messages);
            }
            warm = true;
            long began = threads.getCurrentThreadCpuTime();
            parseAll(parser, messages);
            System.out.println((threads.getCurrentThreadCpuTime() - began) / 1e3 / messages.length);
        }
    }

    private static void parseAll(PipeParser parser, String[] messages) throws Exception {
        for (String message : messages) {
            parser.parse(message);
        }
    }
}
