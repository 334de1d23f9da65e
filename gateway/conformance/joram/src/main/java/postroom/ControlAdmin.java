package postroom;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.objectweb.jtests.jms.admin.Admin;

/**
 * Makes and deletes the cases' destinations by asking gateway/conformance/joram.ts, which started this program: it answers each
 * request with the name under which a client reaches the destination.
 */
public final class ControlAdmin implements Admin {
  private static final String CONTROL_URL = System.getProperty("control.url");
  private static final String CONNECTION_URL = System.getProperty("connection.url");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Hashtable<String, String> environment = new Hashtable<>();

  public ControlAdmin() {
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "org.apache.qpid.jms.jndi.JmsInitialContextFactory");
  }

  @Override
  public String getName() {
    return "Postroom";
  }

  @Override
  public Context createContext() throws NamingException {
    return new InitialContext(environment);
  }

  @Override
  public void createQueue(String name) {
    environment.put("queue." + name, ask("POST", "queue", name));
  }

  @Override
  public void createTopic(String name) {
    environment.put("topic." + name, ask("POST", "topic", name));
  }

  @Override
  public void deleteQueue(String name) {
    ask("DELETE", "queue", name);
  }

  @Override
  public void deleteTopic(String name) {
    ask("DELETE", "topic", name);
  }

  @Override
  public void createConnectionFactory(String name) {
    environment.put("connectionfactory." + name, CONNECTION_URL);
  }

  @Override
  public void createQueueConnectionFactory(String name) {
    createConnectionFactory(name);
  }

  @Override
  public void createTopicConnectionFactory(String name) {
    createConnectionFactory(name);
  }

  @Override
  public void deleteConnectionFactory(String name) {
    environment.remove("connectionfactory." + name);
  }

  @Override
  public void deleteQueueConnectionFactory(String name) {
    deleteConnectionFactory(name);
  }

  @Override
  public void deleteTopicConnectionFactory(String name) {
    deleteConnectionFactory(name);
  }

  @Override
  public void startServer() {}

  @Override
  public void stopServer() {}

  @Override
  public void start() {}

  @Override
  public void stop() {}

  private static String ask(String method, String type, String name) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(CONTROL_URL + "/" + type + "/" + name))
        .timeout(TIMEOUT).method(method, HttpRequest.BodyPublishers.noBody()).build();
    try {
      HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) throw new IllegalStateException(method + " " + type + " " + name + ": " + response.body());
      return response.body();
    } catch (java.io.IOException | InterruptedException error) {
      throw new IllegalStateException(method + " " + type + " " + name, error);
    }
  }
}
