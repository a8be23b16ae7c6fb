/**
 * What the local cloud can run. A property is `'used'` (it has its effect locally), `'no effect'` (accepted: it
 * changes nothing that could be seen on one machine) or an object of further properties. What is not listed stops
 * the start with its name, so that local and cloud cannot drift apart in silence.
 */
export type Shape = 'used' | 'no effect' | { readonly [property: string]: Shape };

const used = 'used';
const noEffect = 'no effect';
const onFailure = { OnFailure: { Destination: used } } as const;
const sqsAction = { Sqs: { QueueUrl: used, RoleArn: used, UseBase64: used } } as const;

/** Resource types with their properties. */
export const SUPPORTED: { readonly [type: string]: Shape } = {
  'AWS::DynamoDB::Table': {
    TableName: used,
    AttributeDefinitions: used,
    KeySchema: used,
    BillingMode: used,
    GlobalSecondaryIndexes: {
      IndexName: used,
      KeySchema: used,
      Projection: { ProjectionType: used, NonKeyAttributes: used },
      OnDemandThroughput: noEffect,
    },
    StreamSpecification: { StreamViewType: used },
    TimeToLiveSpecification: { AttributeName: used, Enabled: used },
    OnDemandThroughput: noEffect,
    // DynamoDB Local has no backups, no encryption and no deletion protection.
    PointInTimeRecoverySpecification: noEffect,
    SSESpecification: noEffect,
    DeletionProtectionEnabled: noEffect,
    TableClass: noEffect,
    Tags: noEffect,
  },
  'AWS::IoT::TopicRule': {
    RuleName: used,
    TopicRulePayload: {
      Sql: used,
      AwsIotSqlVersion: used,
      RuleDisabled: used,
      Description: noEffect,
      Actions: { Lambda: { FunctionArn: used }, ...sqsAction },
      ErrorAction: sqsAction,
    },
    Tags: noEffect,
  },
  'AWS::IoT::Policy': { PolicyName: used, PolicyDocument: used, Tags: noEffect },
  'AWS::IoT::Authorizer': {
    AuthorizerName: used,
    AuthorizerFunctionArn: used,
    SigningDisabled: used,
    Status: used,
    EnableCachingForHttp: noEffect,
    Tags: noEffect,
  },
  'AWS::IoT::DomainConfiguration': {
    DomainConfigurationName: used,
    DomainConfigurationStatus: used,
    ApplicationProtocol: used,
    AuthenticationType: used,
    AuthorizerConfig: { DefaultAuthorizerName: used, AllowAuthorizerOverride: used },
    ServiceType: used,
    // On loopback there is one name and one certificate.
    DomainName: noEffect,
    ServerCertificateArns: noEffect,
    ServerCertificateConfig: noEffect,
    ValidationCertificateArn: noEffect,
    TlsConfig: noEffect,
    Tags: noEffect,
  },
  'AWS::Lambda::Function': {
    FunctionName: used,
    Code: { S3Bucket: noEffect, S3Key: used },
    Handler: used,
    Runtime: used,
    Role: used,
    Environment: { Variables: used },
    Timeout: used,
    MemorySize: used,
    ReservedConcurrentExecutions: used,
    DeadLetterConfig: { TargetArn: used },
    Architectures: noEffect,
    Description: noEffect,
    LoggingConfig: noEffect,
    Tags: noEffect,
  },
  'AWS::Lambda::Permission': {
    Action: used,
    FunctionName: used,
    Principal: used,
    SourceArn: used,
    SourceAccount: used,
  },
  'AWS::Lambda::EventSourceMapping': {
    EventSourceArn: used,
    FunctionName: used,
    Enabled: used,
    BatchSize: used,
    MaximumBatchingWindowInSeconds: used,
    FunctionResponseTypes: used,
    BisectBatchOnFunctionError: used,
    MaximumRetryAttempts: used,
    MaximumRecordAgeInSeconds: used,
    DestinationConfig: onFailure,
    FilterCriteria: { Filters: { Pattern: used } },
    StartingPosition: used,
    // One worker reads a shard and few processes serve a queue: there is nothing to limit.
    ParallelizationFactor: noEffect,
    ScalingConfig: noEffect,
    Tags: noEffect,
  },
  'AWS::Lambda::EventInvokeConfig': {
    FunctionName: used,
    Qualifier: used,
    MaximumRetryAttempts: used,
    MaximumEventAgeInSeconds: used,
    DestinationConfig: onFailure,
  },
  'AWS::IAM::Role': {
    RoleName: used,
    AssumeRolePolicyDocument: noEffect,
    ManagedPolicyArns: used,
    Policies: { PolicyName: used, PolicyDocument: used },
    Description: noEffect,
    Tags: noEffect,
  },
  'AWS::IAM::Policy': { PolicyName: used, PolicyDocument: used, Roles: used },
  'AWS::SQS::Queue': {
    QueueName: used,
    RedrivePolicy: used,
    VisibilityTimeout: used,
    MessageRetentionPeriod: used,
    SqsManagedSseEnabled: noEffect,
    KmsMasterKeyId: noEffect,
    RedriveAllowPolicy: noEffect,
    Tags: noEffect,
  },
  'AWS::SQS::QueuePolicy': { PolicyDocument: used, Queues: used },
  'AWS::ApiGatewayV2::Api': {
    Name: used,
    ProtocolType: used,
    CorsConfiguration: {
      AllowOrigins: used,
      AllowMethods: used,
      AllowHeaders: used,
      AllowCredentials: used,
      ExposeHeaders: used,
      MaxAge: used,
    },
    DisableExecuteApiEndpoint: noEffect,
    Description: noEffect,
    Tags: noEffect,
  },
  'AWS::ApiGatewayV2::Stage': {
    ApiId: used,
    StageName: used,
    AutoDeploy: used,
    Description: noEffect,
    // Throttling protects a public endpoint; this one is on loopback.
    DefaultRouteSettings: noEffect,
    RouteSettings: noEffect,
    AccessLogSettings: { DestinationArn: used, Format: used },
    Tags: noEffect,
  },
  'AWS::ApiGatewayV2::Route': {
    ApiId: used,
    RouteKey: used,
    Target: used,
    AuthorizationType: used,
    AuthorizerId: used,
    AuthorizationScopes: used,
    OperationName: noEffect,
  },
  'AWS::ApiGatewayV2::Integration': {
    ApiId: used,
    IntegrationType: used,
    IntegrationUri: used,
    IntegrationMethod: noEffect,
    PayloadFormatVersion: used,
    TimeoutInMillis: used,
    Description: noEffect,
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ApiId: used,
    AuthorizerType: used,
    IdentitySource: used,
    JwtConfiguration: { Audience: used, Issuer: used },
    Name: used,
  },
  'AWS::Events::Rule': {
    Name: used,
    Description: noEffect,
    ScheduleExpression: used,
    State: used,
    Targets: { Id: used, Arn: used, Input: used, RetryPolicy: noEffect, DeadLetterConfig: noEffect },
  },
  'AWS::Logs::LogGroup': {
    LogGroupName: used,
    RetentionInDays: noEffect,
    LogGroupClass: noEffect,
    Tags: noEffect,
  },
  'AWS::Logs::SubscriptionFilter': {
    LogGroupName: used,
    FilterName: noEffect,
    FilterPattern: used,
    DestinationArn: used,
  },
  'AWS::SecretsManager::Secret': {
    Name: used,
    Description: noEffect,
    GenerateSecretString: {
      PasswordLength: used,
      ExcludePunctuation: used,
      ExcludeCharacters: used,
      ExcludeUppercase: used,
      ExcludeLowercase: used,
      ExcludeNumbers: used,
      IncludeSpace: used,
      RequireEachIncludedType: noEffect,
      SecretStringTemplate: used,
      GenerateStringKey: used,
    },
    Tags: noEffect,
  },
};

/** Types that are declared without a local effect, each with the reason. Their properties are not looked at. */
export const WITHOUT_LOCAL_EFFECT: { readonly [type: string]: string } = {
  'AWS::CloudWatch::Alarm':
    'alarms watch AWS metrics; locally the lines on the terminal and the counters are watched',
  'AWS::IoT::Logging': 'the local broker always writes what it refuses to the log group AWSIotLogsV2',
  'AWS::Logs::MetricFilter': 'it makes AWS metrics of log lines; locally the lines themselves are read',
  'AWS::Logs::ResourcePolicy': 'only AWS services need to be let into a log group',
  'AWS::CDK::Metadata': 'it only tells AWS which CDK library wrote the template',
};
