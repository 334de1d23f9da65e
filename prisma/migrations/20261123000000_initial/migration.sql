-- CreateTable
CREATE TABLE "tenant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tenant_pkey" PRIMARY KEY ("id")
);


CREATE TABLE "membership" (
    "tenant_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("tenant_id","user_id")
);

-- CreateTable
CREATE TABLE "space_plan" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    "max_addresses" INTEGER NOT NULL,
    "max_stored_bytes" BIGINT NOT NULL,
    "max_connections" INTEGER NOT NULL,
    "max_credentials" INTEGER NOT NULL,
    "address_plan_ids" TEXT[],

    CONSTRAINT "space_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address_plan" (
    "id" TEXT NOT NULL,
    "class_id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "order" INTEGER NOT NULL,
    "stored_bytes" BIGINT,
    "max_message_bytes" INTEGER NOT NULL,
    "default_time_to_live_ms" BIGINT,
    "max_time_to_live_ms" BIGINT,
    "max_delivery_attempts" INTEGER,
    "max_consumers" INTEGER NOT NULL,
    "when_full" TEXT,

    CONSTRAINT "address_plan_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address_space" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "phase" TEXT NOT NULL DEFAULT 'Pending',
    "reason" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_by" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "claim_epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "address_space_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "address" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "space_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "plan_id" TEXT NOT NULL,
    "broker" TEXT,
    "phase" TEXT NOT NULL DEFAULT 'Pending',
    "reason" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_by" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "claim_epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "address_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "space_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "login" TEXT NOT NULL,
    "permissions" JSONB NOT NULL,
    "sealed_secret" BYTEA,
    "phase" TEXT NOT NULL DEFAULT 'Pending',
    "reason" TEXT,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "observed_generation" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "claimed_by" TEXT,
    "claimed_until" TIMESTAMPTZ(3),
    "claim_epoch" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "credential_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT NOT NULL,
    "actor_email" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object_type" TEXT NOT NULL,
    "object_name" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "tenant_slug_key" ON "tenant"("slug");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "address_plan_class_id_key" ON "address_plan"("class_id");

-- CreateIndex
CREATE UNIQUE INDEX "address_space_tenant_id_slug_key" ON "address_space"("tenant_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "address_space_tenant_id_id_key" ON "address_space"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "address_space_id_name_key_key" ON "address"("space_id", "name_key");

-- CreateIndex
CREATE UNIQUE INDEX "credential_login_key" ON "credential"("login");

-- CreateIndex
CREATE UNIQUE INDEX "credential_space_id_name_key" ON "credential"("space_id", "name");

-- CreateIndex
CREATE INDEX "audit_entry_tenant_id_at_idx" ON "audit_entry"("tenant_id", "at");

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_space" ADD CONSTRAINT "address_space_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_space" ADD CONSTRAINT "address_space_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "space_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address" ADD CONSTRAINT "address_tenant_id_space_id_fkey" FOREIGN KEY ("tenant_id", "space_id") REFERENCES "address_space"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address" ADD CONSTRAINT "address_plan_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "address_plan"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential" ADD CONSTRAINT "credential_tenant_id_space_id_fkey" FOREIGN KEY ("tenant_id", "space_id") REFERENCES "address_space"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

